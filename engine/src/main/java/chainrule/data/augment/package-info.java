/**
 * Random changes of images that leave their class as it is, each a pure function of image and random stream; and the
 * fixed views of an image that a trained net is asked about.
 */
package chainrule.data.augment;
